package io.jacquard.cli.bench;

import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The program of a {@link Fork}. Reads a line, does what it says, answers with a line:
 *
 * <pre>
 * warm NAME DEVICES    warms a workload up on some of its devices
 * take NAME DEVICES    times it
 * quit
 * </pre>
 */
final class ForkMain {
  private final Place place;
  private final Entrants entrants;

  private ForkMain(Place place, Entrants entrants) {
    this.place = place;
    this.entrants = entrants;
  }

  /** Arguments: those of {@link Fork.Settings}. */
  public static void main(String[] args) throws IOException {
    var answers = System.out;
    System.setOut(System.err); // what libraries print must not be taken for an answer
    serve(Fork.Settings.of(args),
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), answers);
  }

  static void serve(Fork.Settings settings, BufferedReader questions, PrintStream answers)
      throws IOException {
    var options = settings.threads() == 0 ? OpenOptions.DEFAULT : new OpenOptions(settings.threads());
    try (var entrants = Entrants.open(Backends.discover(), settings.devices(), options)) {
      var main = new ForkMain(new Bout(settings.precision(), settings.rounds()).on(entrants.contenders()),
          entrants);
      for (var line = questions.readLine(); line != null && !line.equals("quit"); line = questions
          .readLine()) {
        answers.println(Fork.answer(main.taken(line.split("\t"))));
        answers.flush();
      }
    }
  }

  private Taken taken(String[] question) {
    var work = Workloads.ALL.stream().filter(w -> w.name().equals(question[1])).findFirst().orElseThrow();
    var devices = List.of(question[2].split(","));
    var taken = question[0].equals("warm") ? place.warmUp(work, devices) : place.take(work, devices);
    for (var device : entrants.all()) {
      if (!device.takesPart() && devices.contains(device.name()))
        taken = taken.and(Taken.nothing(List.of(device.name()), device.problem()));
    }
    return taken;
  }
}
