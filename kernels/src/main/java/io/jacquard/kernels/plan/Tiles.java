package io.jacquard.kernels.plan;

import io.jacquard.JacquardException;
import io.jacquard.kernels.MatmulTile;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How float32 matrices are multiplied and convolutions computed on a device, by their sizes; what is not here is left to
 * {@link Tuning}'s rules. As text, a line each: {@code large = shared 16 16 8 8 16 4 4 4}, that is, whether blocks are shared, items across and down,
 * rows and columns of an item, depth, unroll, vector and padding. On CPUs nothing is shared, and columns are whole vectors.
 *
 * <pre>{@code
 * var tiles = Tiles.parse("tiles.txt", List.of("large = shared 16 16 8 8 16 4 4 4"));
 * var tuning = new Tuning(256, 256, 48 << 10, false, null, true).with(tiles);
 * }</pre>
 */
public record Tiles(Map<ProductSize, MatmulTile> bySize) {
  /** Nothing: all is left to the rules. */
  public static final Tiles NONE = new Tiles(Map.of());
  private static final int NUMBERS = 8;
  /** Far above what a device can do, and such that a kernel made of it is compiled or refused in no time. */
  private static final int MOST = 256;
  /** Elements of the result that an item computes; each is a register. */
  private static final int MOST_SUMS = 1024;
  /** Of a line that is wrong, as much as is shown. */
  private static final int LINE = 60;

  public Tiles {
    bySize = Map.copyOf(bySize);
  }

  /** All kinds of products alike. */
  public static Tiles all(MatmulTile tile) {
    var all = new EnumMap<ProductSize, MatmulTile>(ProductSize.class);
    for (var size : ProductSize.values()) all.put(size, tile);
    return new Tiles(all);
  }

  /** How matrices of a size are multiplied; null where nothing is known. */
  @Nullable
  public MatmulTile get(@Nullable ProductSize size) {
    return size == null ? null : bySize.get(size);
  }

  /** With another tile for a size. */
  public Tiles with(ProductSize size, MatmulTile tile) {
    var more = new EnumMap<ProductSize, MatmulTile>(ProductSize.class);
    more.putAll(bySize);
    more.put(size, tile);
    return new Tiles(more);
  }

  /**
   * Reads lines; empty ones, and those that begin with #, are passed over.
   *
   * @throws JacquardException naming {@code source} and the line
   */
  public static Tiles parse(String source, Iterable<String> lines) {
    var tiles = NONE;
    int number = 0;
    for (var line : lines) {
      number++;
      if (line.isBlank() || line.startsWith("#")) continue;
      try {
        var parts = line.split(" *= *", 2);
        tiles = tiles.with(ProductSize.valueOf(parts[0].toUpperCase(Locale.ROOT)),
            tile(parts[1].split(" +")));
      } catch (RuntimeException _) {
        throw new JacquardException(source + ", line " + number + ": '" + shortened(line)
            + "' is no tile, expected a line as in 'large = shared 16 16 8 8 16 4 4 4'.");
      }
    }
    return tiles;
  }

  private static String shortened(String line) {
    return line.length() > LINE ? line.substring(0, LINE) + "..." : line;
  }

  private static MatmulTile tile(String[] words) {
    if (words.length != 1 + NUMBERS || !words[0].equals("shared") && !words[0].equals("direct"))
      throw new IllegalArgumentException("a tile has " + NUMBERS + " numbers");
    var n = new int[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      n[i] = Integer.parseInt(words[i + 1]);
      if (n[i] > MOST) throw new IllegalArgumentException("no device has a use for " + n[i]);
    }
    if (n[2] * n[3] > MOST_SUMS) throw new IllegalArgumentException("no item has so many registers");
    return new MatmulTile(words[0].equals("shared"), n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
  }

  /** A tile as it stands behind the sign of equality. */
  public static String text(MatmulTile t) {
    return "%s %d %d %d %d %d %d %d %d".formatted(t.shared() ? "shared" : "direct", t.across(), t.down(),
        t.rows(),
        t.columns(), t.depth(), t.unroll(), t.vector(), t.padding());
  }

  /** What {@link #parse} reads. */
  public String text() {
    var text = new StringBuilder();
    for (var size : ProductSize.values()) {
      var tile = bySize.get(size);
      if (tile != null)
        text.append(size.name().toLowerCase(Locale.ROOT)).append(" = ").append(text(tile)).append('\n');
    }
    return text.toString();
  }
}
