package io.jacquard.bundle.bench;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.Contender;
import io.jacquard.cli.bench.Work;
import io.jacquard.spi.Backends;
import io.jacquard.train.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The process that does Jacquard's share: reads a line, does what it says, answers with a line. */
public final class OurSide {
  private final Contender contender;
  private final boolean small;
  private @Nullable Work work;

  private OurSide(String backend, boolean small) {
    contender = new Contender(Backends.discover().open(backend));
    this.small = small;
  }

  /** Arguments: the device, and whether the work is of small sizes. */
  public static void main(String[] args) throws IOException {
    var answers = System.out;
    System.setOut(System.err); // what libraries print is no answer
    OurSide side = null;
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null && !line.equals("quit"); line = lines.readLine()) {
      String answer;
      try {
        if (side == null) side = new OurSide(args[0], Boolean.parseBoolean(args[1]));
        answer = side.answer(line);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        e.printStackTrace();
        answer = "error " + (e instanceof JacquardException ? e.getMessage() : e.toString());
      }
      answers.println(String.valueOf(answer).replaceAll("\\s*\\R\\s*", " "));
      answers.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  private String answer(String line) {
    var parts = line.split(" ", 4);
    return switch (parts[0]) {
      case "version" ->
        "Jacquard, Java " + Runtime.version() + ", " + contender.device().info().description();
      case "prepare" -> prepare(parts[2], parts[3]);
      case "nanos" -> {
        if (work == null) throw new JacquardException("Nothing is prepared.");
        yield Double.toString(work.nanos(Integer.parseInt(parts[1])));
      }
      case "release" -> {
        release();
        yield "released";
      }
      default -> "error what is '" + line + "'?";
    };
  }

  private String prepare(String precision, String name) {
    release();
    var asked = Stream.of(Precision.values())
        .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(precision)).findFirst();
    if (asked.isEmpty() || !asked.get().isOn(contender.device().info())) return "unsupported";
    var race = Race.all(small).stream().filter(r -> r.work().name().equals(name)).findFirst()
        .orElseThrow(() -> new JacquardException("There is no work '" + name + "'."));
    var made = contender.prepare(race.work(), asked.get());
    work = made;
    return "ready " + made.most() + " " + made.pieces();
  }

  /** Models and optimizers are given back by the garbage collector. */
  private void release() {
    if (work != null) work.close();
    work = null;
    System.gc();
  }
}
