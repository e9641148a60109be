package io.jacquard.data;

import static io.jacquard.data.Digits.PIXELS;
import static io.jacquard.data.Digits.SIDE;

/**
 * A round pen on paper of 28 by 28 pixels. A pixel's ink is 1 inside the line and falls to 0 over the width of a pixel
 * at its edge.
 */
final class Pen {
  private final double[] paper = new double[PIXELS];
  private boolean down;
  private double lastX;
  private double lastY;

  /** The next {@link #to} sets the pen down there, without a line. */
  void lift() {
    down = false;
  }

  /** Draws a straight line from where the pen is to a point, in pixels from the top left corner. */
  void to(double x, double y, double radius) {
    if (down) line(lastX, lastY, x, y, radius);
    down = true;
    lastX = x;
    lastY = y;
  }

  private void line(double x0, double y0, double x1, double y1, double radius) {
    double reach = radius + 0.5;
    int left = (int) Math.clamp(Math.floor(Math.min(x0, x1) - reach), 0, SIDE);
    int right = (int) Math.clamp(Math.ceil(Math.max(x0, x1) + reach), 0, SIDE);
    int top = (int) Math.clamp(Math.floor(Math.min(y0, y1) - reach), 0, SIDE);
    int bottom = (int) Math.clamp(Math.ceil(Math.max(y0, y1) + reach), 0, SIDE);
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length2 = Math.max(1e-12, dx * dx + dy * dy);
    for (int row = top; row < bottom; row++) {
      for (int col = left; col < right; col++) {
        double px = col + 0.5 - x0;
        double py = row + 0.5 - y0;
        double along = Math.clamp((px * dx + py * dy) / length2, 0, 1);
        double ex = px - along * dx;
        double ey = py - along * dy;
        double ink = Math.min(1, reach - Math.sqrt(ex * ex + ey * ey));
        int at = row * SIDE + col;
        if (ink > paper[at]) paper[at] = ink;
      }
    }
  }

  /** The ink of a pixel, 0 to 1. */
  double ink(int x, int y) {
    return paper[y * SIDE + x];
  }

  /** The mean ink of the nine pixels around and with a pixel; outside the paper there is none. */
  double inkAround(int x, int y) {
    double sum = 0;
    for (int row = Math.max(0, y - 1); row <= Math.min(SIDE - 1, y + 1); row++) {
      for (int col = Math.max(0, x - 1); col <= Math.min(SIDE - 1, x + 1); col++)
        sum += paper[row * SIDE + col];
    }
    return sum / 9;
  }
}
