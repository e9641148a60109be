package io.jacquard.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * How a convolution, or the gradient of its input, is computed on shapes: each element of the result gathers what its
 * taps see. A plan holds the tables for some images, which serve for all others too, and how the work is cut into parts;
 * both follow from the shapes alone.
 */
final class GatherPlan {
  /** Places for which tables are made at least, if there are so many: edges of small images then fill tiles. */
  private static final int PLACES = 512;
  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 4e5;
  private static final int ENOUGH_PARTS = 16;
  /** Terms of a sum that are added up at a time: weights for so many stay in the second cache. */
  private static final int MOST_DEPTH = 1152;

  /** What the images of a convolution are like: their number, and the channels of a group on both sides. */
  record Sizes(long images, int groups, int sourceChannels, int targetChannels, long sourceImageBytes,
      long targetImageBytes) {}

  /** The tables of one {@link WindowClass} over some images. */
  record Places(int count, long aRows, long cRows) {}

  /** Places {@code from} to {@code to} of a class. */
  record Segment(int kind, int from, int to) {}

  final Sizes sizes;
  final int vectors;
  final int panels;
  final int rows;
  final int slabDepth;
  final int taps;
  /** For each class, the terms of its sums. */
  final int[] depths;
  final long[] steps;
  final int imagesPerTable;
  /** The places of a full table's images, by class; then those of the images that are left. */
  private final Places[] full;
  private final Places[] rest;
  private final List<List<Segment>> fullPieces;
  private final List<List<Segment>> restPieces;
  private final int fullParts;
  /** Keeps the tables alive. */
  private final OffsetTables tables = new OffsetTables();

  GatherPlan(List<WindowClass> classes, int taps, Sizes sizes) {
    this.sizes = sizes;
    this.taps = taps;
    vectors = IndexedKernels.vectors(sizes.targetChannels);
    panels = Math.ceilDiv(sizes.targetChannels, vectors * Simd.LANES);
    rows = IndexedKernels.rows(vectors);
    int mostTerms = taps * sizes.sourceChannels;
    slabDepth = Math.ceilDiv(mostTerms, Math.ceilDiv(mostTerms, MOST_DEPTH));
    depths = new int[classes.size()];
    steps = new long[classes.size()];
    for (int i = 0; i < depths.length; i++) {
      depths[i] = classes.get(i).taps().length * sizes.sourceChannels;
      steps[i] = steps(classes.get(i));
    }
    long perImage = classes.stream().mapToLong(c -> c.target().length).sum();
    imagesPerTable = (int) Math.clamp(Math.ceilDiv(PLACES, Math.max(1, perImage)), 1,
        Math.max(1, sizes.images));
    int fullTables = (int) (sizes.images / imagesPerTable);
    int left = (int) (sizes.images % imagesPerTable);
    full = places(classes, imagesPerTable);
    rest = places(classes, left);
    int tablesInAll = fullTables + (left > 0 ? 1 : 0);
    fullPieces = pieces(full, tablesInAll);
    restPieces = left == 0 ? List.of() : pieces(rest, tablesInAll);
    fullParts = fullTables * fullPieces.size();
  }

  /** Bytes of a row of packed weights. */
  long weightRow() {
    return (long) vectors * Simd.BYTES;
  }

  /** Bytes of the packed weights of one panel. */
  long weightPanel() {
    return weightRow() * taps * sizes.sourceChannels;
  }

  private long steps(WindowClass kind) {
    int channels = sizes.sourceChannels;
    var a = new long[kind.taps().length * channels];
    var b = new long[a.length];
    for (int k = 0; k < a.length; k++) {
      a[k] = kind.tapAt()[k / channels] + (long) (k % channels) * Float.BYTES;
      b[k] = ((long) kind.taps()[k / channels] * channels + k % channels) * weightRow();
    }
    return tables.steps(a, b);
  }

  private Places[] places(List<WindowClass> classes, int images) {
    var places = new Places[classes.size()];
    for (int i = 0; i < places.length; i++) {
      var kind = classes.get(i);
      int n = kind.target().length;
      var a = new long[n * images];
      var c = new long[n * images];
      for (int p = 0; p < a.length; p++) {
        a[p] = kind.source()[p % n] + p / n * sizes.sourceImageBytes;
        c[p] = kind.target()[p % n] + p / n * sizes.targetImageBytes;
      }
      places[i] = new Places(a.length, tables.rows(a, rows), tables.rows(c, rows));
    }
    return places;
  }

  /** Cuts the work of a table into pieces of about the same size. */
  private List<List<Segment>> pieces(Places[] places, int tablesInAll) {
    double work = 0;
    for (int i = 0; i < places.length; i++) work += work(i) * places[i].count;
    double wanted = Math.clamp(Math.ceilDiv(ENOUGH_PARTS, tablesInAll), 1, Math.max(1, work / PART_WORK));
    double share = work / wanted;
    var pieces = new ArrayList<List<Segment>>();
    var piece = new ArrayList<Segment>();
    double room = share;
    for (int i = 0; i < places.length; i++) {
      for (int from = 0; from < places[i].count;) {
        double fits = room / work(i);
        int to = places[i].count - from <= fits
            ? places[i].count
            : Math.min(places[i].count,
                from + Math.max(1, (int) (fits / IndexedKernels.UNIT)) * IndexedKernels.UNIT);
        piece.add(new Segment(i, from, to));
        room -= (to - from) * work(i);
        from = to;
        if (room < share / 100) {
          pieces.add(piece);
          piece = new ArrayList<>();
          room = share;
        }
      }
    }
    if (!piece.isEmpty()) pieces.add(piece);
    return pieces;
  }

  /** Multiply-adds of a place; storing it counts a little, too. */
  private double work(int kind) {
    return ((double) depths[kind] + 4) * sizes.targetChannels * sizes.groups;
  }

  int parts() {
    return fullParts + restPieces.size();
  }

  /** The first image of a part. */
  long image(int part) {
    return part < fullParts
        ? (long) part / fullPieces.size() * imagesPerTable
        : sizes.images / imagesPerTable * imagesPerTable;
  }

  List<Segment> segments(int part) {
    return part < fullParts ? fullPieces.get(part % fullPieces.size()) : restPieces.get(part - fullParts);
  }

  Places places(int part, int kind) {
    return (part < fullParts ? full : rest)[kind];
  }
}
