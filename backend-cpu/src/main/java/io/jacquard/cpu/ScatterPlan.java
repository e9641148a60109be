package io.jacquard.cpu;

import java.util.Arrays;
import java.util.List;

/**
 * How the gradient of a convolution's weight is computed on shapes: row (tap, channel) of it is the sum, over all places
 * of the result, of what the tap sees there times the result's gradient. Chunks of images are summed up apart and added
 * in order; all follows from the shapes alone.
 */
final class ScatterPlan {
  private static final int PLACES = 512;
  /** Terms that are added up at a time: what is read for them stays in the caches. */
  static final int MOST_DEPTH = 576;
  private static final int ENOUGH_PARTS = 16;
  /** Floats that the sums of all chunks may take. */
  private static final long MOST_PARTIALS = 1 << 22;

  /** Channels are those of a group. */
  record Sizes(long images, int groups, int channels, int outputs, long sourceImageBytes,
      long gradientImageBytes) {}

  /** The tables of one {@link WindowClass}: its rows, and the places over which it sums. */
  record Kind(int[] numbers, long aRows, long cRows, int terms, long steps) {}

  final Sizes sizes;
  final int taps;
  final int vectors;
  final int panels;
  final int rows;
  final int imagesPerTable;
  final int chunks;
  final int rowParts;
  private final int tablesPerChunk;
  private final int tablesInAll;
  private final int rowsPerPart;
  private final Kind[] full;
  private final Kind[] rest;
  /** Keeps the tables alive. */
  private final OffsetTables tables = new OffsetTables();

  ScatterPlan(List<WindowClass> classes, int taps, Sizes sizes) {
    this.sizes = sizes;
    this.taps = taps;
    int all = taps * sizes.channels;
    vectors = IndexedKernels.vectors(sizes.outputs);
    panels = Math.ceilDiv(sizes.outputs, vectors * Simd.LANES);
    rows = IndexedKernels.rows(vectors);
    long perImage = classes.stream().mapToLong(c -> c.target().length).sum();
    imagesPerTable = (int) Math.clamp(Math.ceilDiv(PLACES, Math.max(1, perImage)), 1,
        Math.max(1, sizes.images));
    tablesInAll = (int) Math.ceilDiv(sizes.images, imagesPerTable);
    long floats = (long) all * sizes.outputs * sizes.groups;
    int wanted = Math.clamp(MOST_PARTIALS / Math.max(1, floats), 1, ENOUGH_PARTS);
    tablesPerChunk = Math.max(1, Math.ceilDiv(tablesInAll, wanted));
    chunks = Math.max(1, Math.ceilDiv(tablesInAll, tablesPerChunk));
    int units = Math.ceilDiv(all, IndexedKernels.UNIT);
    rowParts = Math.clamp(ENOUGH_PARTS / chunks, 1, units);
    rowsPerPart = Math.ceilDiv(units, rowParts) * IndexedKernels.UNIT;
    full = kinds(classes, imagesPerTable);
    rest = kinds(classes, (int) (sizes.images % imagesPerTable));
  }

  /** Floats from a row of the gradient's memory to the next: outputs of a group, filled up to whole panels. */
  int paddedOutputs() {
    return panels * vectors * Simd.LANES;
  }

  /** Floats of a row of the result. */
  private long resultRow() {
    return (long) sizes.outputs * sizes.groups;
  }

  /** Floats of the result. */
  long floats() {
    return resultRow() * taps * sizes.channels;
  }

  private Kind[] kinds(List<WindowClass> classes, int images) {
    return classes.stream().map(c -> kind(c, images)).toArray(Kind[]::new);
  }

  private Kind kind(WindowClass c, int images) {
    int channels = sizes.channels;
    int count = c.taps().length * channels;
    var numbers = new int[count];
    var a = new long[count];
    var to = new long[count];
    for (int r = 0; r < count; r++) {
      numbers[r] = c.taps()[r / channels] * channels + r % channels;
      a[r] = c.tapAt()[r / channels] + (long) (r % channels) * Float.BYTES;
      to[r] = numbers[r] * resultRow() * Float.BYTES;
    }
    int n = c.target().length;
    var x = new long[n * images];
    var g = new long[x.length];
    for (int p = 0; p < x.length; p++) {
      x[p] = c.source()[p % n] + p / n * sizes.sourceImageBytes;
      g[p] = c.target()[p % n] + p / n * sizes.gradientImageBytes;
    }
    return new Kind(numbers, tables.rows(a, rows), tables.rows(to, rows), x.length, tables.steps(x, g));
  }

  int parts() {
    return chunks * rowParts;
  }

  int chunk(int part) {
    return part / rowParts;
  }

  int firstTable(int chunk) {
    return chunk * tablesPerChunk;
  }

  int endTable(int chunk) {
    return Math.min(tablesInAll, (chunk + 1) * tablesPerChunk);
  }

  Kind[] kinds(int table) {
    return (table + 1L) * imagesPerTable <= sizes.images ? full : rest;
  }

  /** The first of a class's rows that belongs to a part. */
  int firstRow(int part, Kind kind) {
    return at(kind, part % rowParts * rowsPerPart);
  }

  int endRow(int part, Kind kind) {
    return at(kind, (part % rowParts + 1) * rowsPerPart);
  }

  private static int at(Kind kind, int number) {
    int found = Arrays.binarySearch(kind.numbers, number);
    return found >= 0 ? found : -found - 1;
  }
}
