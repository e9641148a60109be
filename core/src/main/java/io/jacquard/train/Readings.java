package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.ops.Copy;
import io.jacquard.ops.Fill;
import io.jacquard.spi.Device;
import io.jacquard.spi.View;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What steps tell the host, and what the metrics have gathered of it since {@link #begin}. A step writes its loss and the
 * metrics' contributions to one tensor, which the host reads with a single download; counts are added up on the device,
 * and are read at the end.
 *
 * <p>{@link #write} may be recorded: it makes the same calls on the same memory for every full batch.
 */
final class Readings implements AutoCloseable {
  private static final Program ADD = Program.of(in -> in[0].add(in[1]), DType.INT64, DType.INT64);
  /** The same, unless the last input is 0. */
  private static final Program ADD_IF = Program.of(
      in -> in[2].ne(0).where(in[0].add(in[1]), in[0]), DType.INT64, DType.INT64, DType.FLOAT32);
  private static final long[] NO_PARAMS = {};

  private final Device device;
  private final int batchSize;
  private final List<Gathering> gatherings;
  /** To which steps report; null where the host reads them one by one. */
  private final @Nullable Reports reports;
  /** The loss, then what is read of each metric; null before the first batch, which tells the sizes. */
  private @Nullable Tensor results;
  private float[] host = {};
  private double[] hostDoubles = {};
  private MemorySegment segment = MemorySegment.ofArray(host);
  private double lossSum;
  private long samples;

  /** What one metric has gathered. */
  private static final class Gathering {
    final Metric metric;
    /** The place in the results, and how many numbers, of one sample if they are collected. */
    int from;
    int width;
    double[] state = {};
    int used;
    @Nullable
    Tensor counts;
    /** What to go on from, until the first batch has told the sizes. */
    double @Nullable [] restored;

    Gathering(Metric metric) {
      this.metric = metric;
    }
  }

  Readings(Device device, List<Metric> metrics, int batchSize) {
    this(device, metrics, batchSize, null);
  }

  /** @param reports of the steps whose readings these are, which then are {@link #take taken}; null to read them */
  Readings(Device device, List<Metric> metrics, int batchSize, @Nullable Reports reports) {
    this.device = device;
    this.batchSize = batchSize;
    this.reports = reports;
    gatherings = metrics.stream().map(Gathering::new).toList();
  }

  /** Refuses two metrics of one name: their values could not be told apart. */
  static void requireDistinct(List<Metric> metrics) {
    var names = new HashSet<String>();
    for (var metric : metrics) {
      if (!names.add(metric.name()) || metric.name().equals("loss")) {
        throw new JacquardException("Trainer: there are two values called '" + metric.name()
            + "', expected metrics with names of their own.");
      }
    }
  }

  /**
   * What was gathered so far in an epoch.
   *
   * @param metrics the state of each, by name
   */
  record State(double lossSum, long samples, SequencedMap<String, double[]> metrics) {}

  State state() {
    var metrics = new LinkedHashMap<String, double[]>();
    for (var g : gatherings) metrics.put(g.metric.name(), state(g).clone());
    return new State(lossSum, samples, metrics);
  }

  /** Goes on from what was gathered before; in the place of {@link #begin}, before the first batch. */
  void goOnFrom(State state) {
    var names = gatherings.stream().map(g -> g.metric.name()).toList();
    if (!names.equals(List.copyOf(state.metrics.keySet()))) {
      throw new JacquardException("The training was begun with the metrics "
          + List.copyOf(state.metrics.keySet()) + ", here they are " + names + ". Name the same.");
    }
    lossSum = state.lossSum;
    samples = state.samples;
    for (var g : gatherings) g.restored = state.metrics.get(g.metric.name());
  }

  private void restore(Gathering g) {
    if (g.restored == null) return;
    // What comes from a file must not be written beyond what it is for.
    boolean fits = switch (g.metric.state()) {
      case SUMS -> g.restored.length == g.width;
      case SAMPLES -> g.width == 0 ? g.restored.length == 0 : g.restored.length % g.width == 0;
      case COUNTS -> g.counts != null && g.restored.length == g.counts.numel();
    };
    if (!fits) {
      throw new JacquardException("The metric " + g.metric.name() + " had gathered " + g.restored.length
          + " numbers, which does not fit the model's outputs. Go on with the model it was begun with.");
    }
    if (g.counts != null) {
      var counts = Arrays.stream(g.restored).mapToLong(d -> (long) d).toArray();
      device.backend().upload(MemorySegment.ofArray(counts), g.counts.view().buffer(), 0);
    } else {
      g.state = g.restored;
      g.used = g.restored.length;
    }
    g.restored = null;
  }

  /** Forgets what was gathered. */
  void begin() {
    lossSum = 0;
    samples = 0;
    for (var g : gatherings) {
      g.used = 0;
      g.restored = null;
      if (g.metric.state() != Metric.State.SAMPLES) Arrays.fill(g.state, 0);
      if (g.counts != null) Fill.zero(device.backend(), g.counts.view());
    }
  }

  /** Writes a batch's loss and contributions, on the device. */
  void write(Tensor loss, Tensor prediction, Tensor target) {
    try (var _ = GradMode.noGrad()) {
      var contributions = new ArrayList<Tensor>();
      for (var g : gatherings) contributions.add(g.metric.contribution(prediction, target));
      if (results == null) results = allocate(loss, contributions);
      if (reports != null) reports.judge(loss.to(results.dtype()));
      put(results, 0, loss.reshape(Shape.of(1)));
      for (int i = 0; i < contributions.size(); i++) {
        var g = gatherings.get(i);
        if (g.counts == null)
          put(results, g.from, flat(g, contributions.get(i)));
        else
          count(g.counts, contributions.get(i).to(DType.INT64));
      }
      if (reports != null) reports.post(results);
    }
  }

  private Tensor allocate(Tensor loss, List<Tensor> contributions) {
    int size = 1;
    for (int i = 0; i < contributions.size(); i++) {
      var g = gatherings.get(i);
      var contribution = contributions.get(i);
      if (g.metric.state() == Metric.State.COUNTS) {
        g.counts = held(DType.INT64, contribution.shape());
        restore(g);
        continue;
      }
      boolean collected = g.metric.state() == Metric.State.SAMPLES;
      if (collected && contribution.rank() == 0)
        throw new JacquardException(g.metric.name() + ": the contribution is a scalar, expected samples.");
      g.from = size;
      g.width = Math.toIntExact(collected
          ? contribution.numel() / Math.max(1, contribution.size(0))
          : contribution.numel());
      g.state = new double[collected ? 0 : g.width];
      restore(g);
      size += collected ? batchSize * g.width : g.width;
    }
    // A model of doubles is told its loss in doubles.
    boolean doubles = loss.dtype() == DType.FLOAT64;
    host = new float[doubles ? 0 : size];
    hostDoubles = new double[doubles ? size : 0];
    segment = doubles ? MemorySegment.ofArray(hostDoubles) : MemorySegment.ofArray(host);
    return held(doubles ? DType.FLOAT64 : DType.FLOAT32, Shape.of(size));
  }

  private Tensor held(DType type, Shape shape) {
    return Tensor.zeros(device, type, shape).hold();
  }

  private Tensor flat(Gathering g, Tensor contribution) {
    long numel = contribution.numel();
    boolean fits = g.metric.state() == Metric.State.SAMPLES
        ? numel <= (long) batchSize * g.width && (g.width == 0 || numel % g.width == 0)
        : numel == g.width;
    if (!fits) {
      throw new JacquardException(g.metric.name() + ": a batch contributes " + contribution.shape()
          + ", another one contributed " + g.width + " numbers. Expected the same shape of all batches.");
    }
    return contribution.reshape(Shape.of(numel));
  }

  private void put(Tensor results, int from, Tensor values) {
    var place = results.slice(0, from, from + values.numel());
    Copy.run(device.backend(), values.to(results.dtype()).contiguous().view(), place.view());
  }

  private void count(Tensor counts, Tensor more) {
    if (!counts.shape().equals(more.shape())) {
      throw new JacquardException("A metric contributes counts of shape " + more.shape() + " after "
          + counts.shape() + ", expected the same shape of all batches.");
    }
    var out = new View[]{counts.view()};
    if (reports == null) {
      device.backend().map(ADD, NO_PARAMS, new View[]{counts.view(), more.view()}, out);
    } else {
      var sound = reports.sound().expand(counts.shape()).view();
      device.backend().map(ADD_IF, NO_PARAMS, new View[]{counts.view(), more.view(), sound}, out);
    }
  }

  /** Fetches what the last batch has written; waits for the device. */
  void read() {
    if (results != null) device.backend().download(results.view().buffer(), 0, segment);
  }

  /** As {@link #read}, of what has arrived from a step. */
  void take(MemorySegment row) {
    segment.copyFrom(row);
  }

  private double read(int place) {
    return hostDoubles.length > 0 ? hostDoubles[place] : host[place];
  }

  /** The last batch's loss. */
  double loss() {
    return read(0);
  }

  /** Takes what was read into account, for a batch of so many samples. */
  void gather(long size) {
    lossSum += loss() * size;
    samples += size;
    for (var g : gatherings) {
      switch (g.metric.state()) {
        case SUMS -> {
          for (int i = 0; i < g.width; i++) g.state[i] += read(g.from + i);
        }
        case SAMPLES -> {
          int more = (int) size * g.width;
          if (g.used + more > g.state.length)
            g.state = Arrays.copyOf(g.state, Math.max(2 * g.state.length, g.used + more));
          for (int i = 0; i < more; i++) g.state[g.used + i] = read(g.from + i);
          g.used += more;
        }
        case COUNTS -> {
          // on the device
        }
      }
    }
  }

  long samples() {
    return samples;
  }

  /** The mean loss over the samples. */
  double meanLoss() {
    return lossSum / samples;
  }

  /** The first metric's value so far, if it is made of sums; NaN otherwise, and without a metric. */
  double running() {
    if (gatherings.isEmpty()) return Double.NaN;
    var first = gatherings.getFirst();
    if (first.metric.state() != Metric.State.SUMS || first.width == 0) return Double.NaN;
    return first.metric.value(first.state, samples);
  }

  /** Each metric's value, by name. */
  SequencedMap<String, Double> values() {
    var values = new LinkedHashMap<String, Double>();
    for (var g : gatherings) values.put(g.metric.name(), g.metric.value(state(g), samples));
    return values;
  }

  /** The matrix that the first metric of that kind has counted; null if there is none. */
  @Nullable
  ConfusionMatrix confusion() {
    for (var g : gatherings) {
      if (g.metric instanceof ConfusionMatrix.OfClasses metric) return metric.matrix(state(g));
    }
    return null;
  }

  private static double[] state(Gathering g) {
    if (g.counts == null)
      return g.metric.state() == Metric.State.SAMPLES ? Arrays.copyOf(g.state, g.used) : g.state;
    try (var _ = Scope.open()) {
      return g.counts.toDoubles();
    }
  }

  @Override
  public void close() {
    if (results != null) results.close();
    for (var g : gatherings) {
      if (g.counts != null) g.counts.close();
    }
  }
}
