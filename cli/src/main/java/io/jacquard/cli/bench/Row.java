package io.jacquard.cli.bench;

import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.train.Precision;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What one workload took.
 *
 * @param bytes that it must move at least, in the precision that it was measured in; 0 where nobody counts
 * @param cells by the device's name
 */
public record Row(Group group, String name, double flops, double bytes, int batch,
    SequencedMap<String, Cell> cells) {
  /** What visits to a workload brought. */
  static Row of(Workload work, Precision precision, Taken taken, List<String> devices) {
    var cells = new LinkedHashMap<String, Cell>();
    for (var device : devices) cells.put(device, taken.cell(device));
    int bytes = work.products() && precision.isHalf() ? Short.BYTES : Float.BYTES;
    return new Row(work.group(), work.name(), work.flops(), work.elements() * bytes, work.batch(), cells);
  }

  /** Nothing where it was not measured. */
  public Optional<Spread> nanos(String device) {
    return measured(device).map(Cell.Measured::nanos);
  }

  /** As {@link #nanos}, with the processes. */
  Optional<Cell.Measured> measured(String device) {
    return cells.get(device) instanceof Cell.Measured measured ? Optional.of(measured) : Optional.empty();
  }

  /** The device that needed the least time; nothing if none was measured. */
  public Optional<String> fastest() {
    return cells.keySet().stream().filter(device -> nanos(device).isPresent())
        .min(Comparator.comparingDouble(device -> nanos(device).orElseThrow().median()));
  }

  /** How much longer a device needs than the fastest; NaN if it was not measured. */
  public double times(String device) {
    var best = fastest().flatMap(this::nanos);
    return nanos(device).map(n -> n.median() / best.orElseThrow().median()).orElse(Double.NaN);
  }

  /** Billions of operations a second; NaN where they are not counted. */
  public double gflops(String device) {
    return flops == 0 ? Double.NaN : nanos(device).map(n -> flops / n.median()).orElse(Double.NaN);
  }

  /** Billions of bytes a second; NaN where they are not counted. */
  public double gigabytes(String device) {
    return bytes == 0 ? Double.NaN : nanos(device).map(n -> bytes / n.median()).orElse(Double.NaN);
  }

  /** The family of rows that differ in their batch only: the name without it. */
  String family() {
    return name.replaceAll(" batch \\d+$", "");
  }

  /** The same with other cells. */
  Row with(Map<String, Cell> changed) {
    var all = new LinkedHashMap<>(cells);
    all.putAll(changed);
    return new Row(group, name, flops, bytes, batch, all);
  }
}
