package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.DType;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes one call on a device and on the reference, with the same operands, and compares: results within a tolerance,
 * memory beside the outputs and all inputs untouched, and the same bits (of a NaN: that it is one) when the call is made again.
 */
final class Trial {
  /** One call of a backend's method. */
  @FunctionalInterface
  interface Call {
    void on(Backend backend, View[] in, View[] out);
  }

  private final Call call;
  private final Operand[] in;
  private final Operand[] out;

  /** An operand that is in both {@code in} and {@code out} is one piece of memory. */
  Trial(Call call, Operand[] in, Operand... out) {
    this.call = call;
    this.in = in;
    this.out = out;
  }

  /** @param tolerances one for all outputs, or one for each */
  void check(Device device, Tolerance... tolerances) {
    skipWithoutFloat64(device);
    var expected = run(new ReferenceBackend());
    var actual = run(device.backend());
    var again = run(device.backend());
    for (int j = 0; j < out.length; j++) {
      compare(j, expected.get(out[j]), actual.get(out[j]), tolerances[tolerances.length == 1 ? 0 : j]);
      assertArrayEquals(oneNan(actual.get(out[j])), oneNan(again.get(out[j])),
          "output " + j + " has other bits when the call is made again");
    }
    for (int i = 0; i < in.length; i++) {
      if (!Arrays.asList(out).contains(in[i]))
        assertArrayEquals(in[i].storage(), actual.get(in[i]).storage(), "input " + i + " was written");
    }
  }

  /** Compares the first output with numbers that were written down. */
  void checkAgainst(Device device, Tolerance tolerance, String... numbers) {
    skipWithoutFloat64(device);
    var actual = run(device.backend()).get(out[0]);
    var expected = new Operand(out[0].type(), out[0].layout(), out[0].storage().clone());
    for (int i = 0; i < numbers.length; i++) expected.set(i, KnownValues.bits(expected.type(), numbers[i]));
    compare(0, expected, actual, tolerance);
  }

  /** The bits, with one NaN for all: which of them an operation gives depends on the code that a compiler chose. */
  private static long[] oneNan(Operand operand) {
    var type = operand.type();
    return Arrays.stream(operand.storage())
        .map(bits -> type.isFloating() && Double.isNaN(type.value(bits)) ? type.bits(Double.NaN) : bits)
        .toArray();
  }

  private void skipWithoutFloat64(Device device) {
    boolean needed = Stream.concat(Stream.of(in), Stream.of(out)).anyMatch(o -> o.type() == DType.FLOAT64);
    assumeTrue(!needed || device.info().float64(), () -> device.name() + " has no float64");
  }

  /** What the reference gives for output {@code j}. */
  Operand expected(int j) {
    return run(new ReferenceBackend()).get(out[j]);
  }

  /** Every operand's memory after the call. */
  Map<Operand, Operand> run(Backend backend) {
    var buffers = new IdentityHashMap<Operand, Buffer>();
    try (var arena = Arena.ofConfined()) {
      for (var operand : Stream.concat(Stream.of(in), Stream.of(out)).toList())
        buffers.computeIfAbsent(operand, o -> upload(backend, o));
      call.on(backend, views(in, buffers), views(out, buffers));
      var after = new IdentityHashMap<Operand, Operand>();
      buffers.forEach((operand, buffer) -> {
        var bytes = arena.allocate(buffer.bytes());
        backend.download(buffer, 0, bytes);
        after.put(operand, operand.with(bytes));
      });
      return after;
    } finally {
      buffers.values().forEach(backend::free);
    }
  }

  private static Buffer upload(Backend backend, Operand operand) {
    var bytes = operand.bytes();
    var buffer = backend.allocate(bytes.byteSize());
    backend.upload(bytes, buffer, 0);
    return buffer;
  }

  private static View[] views(Operand[] operands, Map<Operand, Buffer> buffers) {
    return Stream.of(operands).map(o -> new View(buffers.get(o), o.type(), o.layout())).toArray(View[]::new);
  }

  private void compare(int j, Operand expected, Operand actual, Tolerance tolerance) {
    var type = expected.type();
    for (long i = 0; i < expected.shape().numel(); i++) {
      long want = expected.get(i);
      long got = actual.get(i);
      if (!tolerance.accepts(type, i, want, got))
        fail("output " + j + " (" + out[j] + "), element " + i + operandsAt(i) + ": expected "
            + show(type, want)
            + ", but was " + show(type, got));
    }
    var written = expected.positions();
    for (int p = 0; p < actual.storage().length; p++) {
      if (!written.get(p) && actual.storage()[p] != out[j].storage()[p])
        fail("output " + j + " (" + out[j] + "): memory at " + p + " does not belong to it and was written");
    }
  }

  private String operandsAt(long i) {
    var text = new StringBuilder();
    for (var operand : in) {
      if (operand.shape().equals(out[0].shape()))
        text.append(text.isEmpty() ? " of " : ", ").append(show(operand.type(), operand.get(i)));
    }
    return text.toString();
  }

  private static String show(DType type, long bits) {
    return type.isFloating() ? type.value(bits) + " (" + Long.toHexString(bits) + ")" : Long.toString(bits);
  }
}
