package io.jacquard.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How hands write the ten digits: for each, several ways, as points that the pen passes in a square of 100 by 100, x to
 * the right and y down.
 *
 * <p>The pen goes through the points of a curve smoothly. A {@code /} is a corner: the next curve goes on from the last
 * point. A {@code |} lifts the pen.
 */
final class DigitStrokes {
  private static final String[][] WAYS = {
      {"50,2 16,24 12,64 48,98 86,72 86,28 52,2", "62,4 32,14 18,56 38,97 72,82 82,38 62,6 40,10",
          "40,6 14,50 36,96 70,94 86,46 60,4 34,10"},
      {"50,2 50,98", "30,22 54,2 / 52,98", "28,22 52,2 / 50,98 | 26,98 76,97", "60,2 42,98"},
      {"15,25 36,4 70,8 80,30 56,62 12,96 / 90,94", "18,22 46,2 78,20 65,55 26,90 14,83 30,76 56,90 92,90",
          "14,16 58,3 82,24 62,58 14,95 / 50,91 90,97"},
      {"16,12 50,2 80,20 70,42 42,48 / 76,56 85,78 50,98 12,86",
          "15,5 82,5 / 44,42 / 80,58 80,86 45,98 12,88",
          "18,15 55,2 76,25 44,47 82,66 64,95 12,88"},
      {"22,5 13,55 / 88,52 | 70,12 66,98", "68,98 68,3 / 10,66 / 92,66",
          "20,5 18,48 48,56 80,46 | 82,4 76,98",
          "56,4 12,60 / 60,60 92,55 | 70,34 64,98"},
      {"82,5 28,6 / 22,45 / 55,38 85,62 65,95 14,90", "25,6 22,46 / 60,40 82,68 50,98 12,88 | 25,6 86,4",
          "84,6 36,8 26,42 70,50 78,82 45,98 12,90"},
      {"70,4 30,35 16,72 45,98 80,78 65,52 30,58 18,76", "55,2 22,46 20,80 50,98 78,76 56,56 24,70",
          "80,10 45,12 18,56 36,97 76,90 75,60 40,56 20,76"},
      {"12,8 86,8 / 40,98", "12,10 86,7 / 64,46 42,98 | 32,52 80,49", "10,16 22,5 88,9 / 66,44 46,98",
          "14,24 15,7 / 86,8 / 58,50 50,98"},
      {"76,18 46,2 22,22 50,45 80,72 50,98 18,75 48,46 78,24 70,12",
          "50,2 22,22 50,46 78,22 50,2 | 50,46 14,74 50,98 86,74 50,46",
          "82,8 44,6 24,26 56,50 70,80 42,98 24,78 48,52 78,26 76,10"},
      {"80,20 46,4 18,30 45,52 78,25 / 76,60 60,98", "76,28 50,3 20,25 36,50 70,42 78,14 / 78,98",
          "80,24 50,4 20,28 45,52 80,22 80,66 60,95 24,92"}};

  private static final List<List<List<Curve>>> DIGITS = Stream.of(WAYS)
      .map(ways -> Stream.of(ways).map(DigitStrokes::parse).toList()).toList();

  /**
   * A smooth curve through its points.
   *
   * @param joined true if it goes on from the last point of the curve before, which is then its first
   */
  record Curve(double[] x, double[] y, boolean joined) {}

  private DigitStrokes() {}

  /** The ways of writing a digit, each a list of curves. */
  static List<List<Curve>> ways(int digit) {
    return DIGITS.get(digit);
  }

  private static List<Curve> parse(String way) {
    var curves = new ArrayList<Curve>();
    var points = new ArrayList<double[]>();
    boolean joined = false;
    for (var word : way.split(" ")) {
      if (word.equals("/") || word.equals("|")) {
        curves.add(curve(points, joined));
        joined = word.equals("/");
        points = new ArrayList<>(joined ? points.subList(points.size() - 1, points.size()) : List.of());
      } else {
        int comma = word.indexOf(',');
        points.add(new double[]{Integer.parseInt(word.substring(0, comma)),
            Integer.parseInt(word.substring(comma + 1))});
      }
    }
    curves.add(curve(points, joined));
    return List.copyOf(curves);
  }

  private static Curve curve(List<double[]> points, boolean joined) {
    return new Curve(points.stream().mapToDouble(p -> p[0]).toArray(),
        points.stream().mapToDouble(p -> p[1]).toArray(),
        joined);
  }
}
