package io.jacquard.inspect;

/**
 * What was found of all calls of one name on one device.
 *
 * <pre>{@code
 * for (var tally : sideBySide.tallies()) System.out.println(tally.call() + " " + tally.worst());
 * }</pre>
 *
 * @param call the name of the call
 * @param device the device that was compared
 * @param calls how many there were
 * @param differing how many of them differ by more than is allowed
 * @param worst the largest difference, as a share of what is allowed
 */
public record Tally(String call, String device, int calls, int differing, double worst) {
  Tally plus(double worst, boolean near) {
    return new Tally(call, device, calls + 1, differing + (near ? 0 : 1), Math.max(this.worst, worst));
  }
}
