package io.jacquard.cpu;

import io.jacquard.expr.Program;
import io.jacquard.ops.RecurrentMaps;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a recurrence: in each the same products and maps, on that step's numbers. Samples do not depend on one
 * another. So each thread takes some of them through all steps, and threads wait for each other once, not in each step; what
 * a sample gets does not depend on those that are computed beside it. Where there are too few samples for that, the work
 * within a step is shared.
 *
 * <pre>{@code
 * try (var loop = new StepLoop(workers, products, maps, batch, steps, false)) {
 *   var sums = Numbers.of(ofInputs);              // [T, N, H]
 *   loop.multiply(Numbers.before(h, loop.laid(h0)), weight, true, sums);
 *   loop.map(tanh, List.of(sums), List.of(Numbers.of(h)));
 *   loop.run();
 * }
 * }</pre>
 */
final class StepLoop implements AutoCloseable {
  private static final long[] NO_PARAMS = {};
  /** Multiply-adds for which another thread pays. */
  private static final double PART_WORK = 4e5;

  private final Workers workers;
  private final Products products;
  private final Maps maps;
  private final int samples;
  private final int steps;
  private final boolean reverse;
  private final List<Task> tasks = new ArrayList<>();
  private final List<RepeatedProduct> opened = new ArrayList<>();
  private final List<Long> blocks = new ArrayList<>();
  private double work;

  /** @param reverse whether step t comes after step t + 1 */
  StepLoop(Workers workers, Products products, Maps maps, long samples, long steps, boolean reverse) {
    this.workers = workers;
    this.products = products;
    this.maps = maps;
    this.samples = Math.toIntExact(samples);
    this.steps = Math.toIntExact(steps);
    this.reverse = reverse;
  }

  /**
   * What each step reads or writes: a matrix with a row for each sample.
   *
   * @param first that of t = 0
   * @param stride bytes from that of t to that of t + 1; 0 if all steps share it
   * @param initial null if a step's own numbers are meant; otherwise those of the step before it, and before the first step
   *        these, whose rows lie as those of {@code first} do
   */
  record Numbers(View first, long stride, @Nullable View initial) {
    /** Of [T, N, ...] a step's part, and of it the columns {@code from} to {@code from + size - 1}. */
    static Numbers of(View all, long from, long size) {
      Views.address(all, "recurrence"); // is all of it there? Later only addresses are left
      return new Numbers(Blocks.step(all, 0, from, size), all.layout().stride(0) * all.dtype().bytes(), null);
    }

    /** Of [T, N, H] a step's part. */
    static Numbers of(View all) {
      return of(all, 0, all.shape().size(2));
    }

    /** Of [T, N, count * H] a step's parts of H columns. */
    static List<Numbers> parts(View all, int count) {
      long size = all.shape().size(2) / count;
      return IntStream.range(0, count).mapToObj(k -> of(all, k * size, size)).toList();
    }

    /** Of [T, N, H] the part of the step before; {@code initial} in the first step. */
    static Numbers before(View all, View initial) {
      var own = of(all);
      return new Numbers(own.first, own.stride, initial);
    }

    /** The same matrix in all steps. */
    static Numbers shared(View matrix) {
      return new Numbers(matrix, 0, null);
    }

    private Place place() {
      return new Place(Views.address(first, "recurrence"), stride,
          initial == null ? 0 : Views.address(initial, "initial state"));
    }
  }

  /** Where {@link Numbers} lie. */
  private record Place(long first, long stride, long initial) {
    /** @param before the step that comes before t, -1 if none does */
    long at(int t, int before) {
      return initial == 0 ? first + t * stride : before < 0 ? initial : first + before * stride;
    }
  }

  private interface Task {
    /** What is to be done for samples {@code from} to {@code to - 1}. */
    Step of(int from, int to);
  }

  private interface Step {
    void run(int t, int before);
  }

  /** The same numbers without gaps, for as long as this is open. */
  View laid(View view) {
    if (view.layout().isContiguous()) return view;
    long bytes = view.numel() * view.dtype().bytes();
    long address = Memory.allocate(bytes);
    blocks.add(address);
    var laid = new View(new CpuBuffer(address, bytes), view.dtype(), Layout.contiguous(view.shape()));
    maps.run(RecurrentMaps.of(view.dtype()).copy(), NO_PARAMS, new View[]{view}, new View[]{laid});
    return laid;
  }

  /** Next in each step: {@code c = a b}, or {@code c = c + a b} if {@code adds}. Rows of a and c have no gaps inside. */
  void multiply(Numbers a, View b, boolean adds, Numbers c) {
    var product = RepeatedProduct.of(products, workers, b, cutsSamples() ? steps : 1);
    opened.add(product);
    work += (double) steps * samples * b.numel();
    var from = a.place();
    var to = c.place();
    long aRow = a.first.layout().stride(0);
    long cRow = c.first.layout().stride(0);
    int bytes = b.dtype().bytes();
    tasks.add(
        (first, end) -> (t, before) -> product.run(end - first, from.at(t, before) + first * aRow * bytes,
            aRow, adds, to.at(t, before) + first * cRow * bytes, cRow));
  }

  /** Next in each step: a map. */
  void map(Program program, List<Numbers> in, List<Numbers> out) {
    var plan = maps.plan(program, views(in), views(out));
    var places = Stream.concat(in.stream(), out.stream()).map(Numbers::place).toArray(Place[]::new);
    long width = out.getFirst().first.shape().size(1);
    tasks.add((first, end) -> {
      var bases = new long[places.length];
      return (t, before) -> {
        for (int p = 0; p < bases.length; p++) bases[p] = places[p].at(t, before);
        plan.run(bases, NO_PARAMS, first * width, end * width);
      };
    });
  }

  private static View[] views(List<Numbers> numbers) {
    return numbers.stream().map(Numbers::first).toArray(View[]::new);
  }

  /** Whether each thread gets two samples or more: a product with one row takes as long as one with two. */
  private boolean cutsSamples() {
    return samples >= 2 * workers.threads();
  }

  /** Runs the steps in their order. */
  void run() {
    run(reverse);
  }

  /** Runs the steps from the last one to the first. */
  void runBack() {
    run(!reverse);
  }

  private void run(boolean descending) {
    int parts = cutsSamples() && work >= 2 * PART_WORK ? workers.threads() : 1;
    int each = Math.ceilDiv(samples, parts);
    workers.run(Math.ceilDiv(samples, each),
        part -> run(descending, part * each, Math.min(samples, (part + 1) * each)));
  }

  private void run(boolean descending, int from, int to) {
    var all = tasks.stream().map(task -> task.of(from, to)).toArray(Step[]::new);
    for (int i = 0; i < steps; i++) {
      int t = descending ? steps - 1 - i : i;
      int before = reverse ? t + 1 : t - 1;
      for (var step : all) step.run(t, before < steps ? before : -1);
    }
  }

  @Override
  public void close() {
    for (var product : opened) product.close();
    for (long address : blocks) Memory.free(address);
  }
}
