package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** {@link Panels} cover all columns once, in whole vectors, and leave no panel of one vector beside a wide one. */
class PanelsTest {
  private static final int LANES = Simd.LANES;

  @Test
  void panelsFollowOneAnother() {
    for (int vectors = 1; vectors <= 8; vectors++) {
      for (int columns = 1; columns <= 40 * LANES; columns++) verify(columns, vectors * LANES);
    }
  }

  private static void verify(int columns, int tileColumns) {
    int count = Panels.count(columns, tileColumns);
    var what = columns + " columns in panels of " + tileColumns;
    assertEquals(0, Panels.column(0, columns, tileColumns), what);
    assertEquals(columns, Panels.column(count, columns, tileColumns), what);
    for (int p = 0; p < count; p++) {
      int start = Panels.column(p, columns, tileColumns);
      int width = Panels.column(p + 1, columns, tileColumns) - start;
      assertTrue(start % LANES == 0 && width > 0 && width <= tileColumns, what);
      assertTrue(p < count - 1 || count == 1 || 2 * Math.ceilDiv(width, LANES) >= tileColumns / LANES, what);
    }
  }

  @Test
  void whatIsLeftIsSharedByTheLastTwo() {
    int wide = 3 * LANES;
    int[] starts = {0, 3, 6, 9, 12, 14, 16};
    for (int p = 0; p < starts.length; p++)
      assertEquals(starts[p] * LANES, Panels.column(p, 16 * LANES, wide), "panel " + p);
  }
}
