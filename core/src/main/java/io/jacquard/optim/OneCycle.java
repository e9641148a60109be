package io.jacquard.optim;

import io.jacquard.JacquardException;

/**
 * One rise and one fall of the learning rate, and the opposite of the momentum (Smith, Topin: Super-Convergence, 2017), as
 * PyTorch's OneCycleLR has it: from {@code maxLr / divFactor} up to {@code maxLr}, then down to {@code maxLr / divFactor /
 * finalDivFactor}.
 *
 * <pre>{@code
 * var optimizer = SGD.of(0.1).withMomentum(0.9).over(model);
 * var schedule = Schedule.oneCycle(0.1, 1000);
 * optimizer.follow(schedule, 0);       // 0.004, momentum 0.95
 * }</pre>
 *
 * <p>Of a rule without momentum, the learning rate alone moves. After {@code total} both stay where they are at its end.
 *
 * @param total the length of the cycle, mostly the number of all steps
 * @param maxLr the highest rate, for all groups; NaN for each group's own
 * @param pctStart the share of the cycle in which the rate rises; 0.3 unless said otherwise
 * @param linear straight lines instead of half cosine waves
 * @param cycleMomentum whether momentum, or beta1, moves too
 * @param baseMomentum the lowest momentum, 0.85 unless said otherwise
 * @param maxMomentum the highest momentum, 0.95 unless said otherwise
 * @param divFactor 25 unless said otherwise
 * @param finalDivFactor 10,000 unless said otherwise
 * @param threePhases first fall as long as the rise was, back to where it began, and then to the end
 */
public record OneCycle(long total, double maxLr, double pctStart, boolean linear, boolean cycleMomentum,
    double baseMomentum, double maxMomentum, double divFactor, double finalDivFactor, boolean threePhases)
    implements
      Schedule {
  public OneCycle {
    if (total < 1)
      throw new JacquardException("OneCycle: total is " + total + ", expected 1 or more.");
    if (!Double.isNaN(maxLr)) Hyper.atLeastZero("OneCycle", "maxLr", maxLr);
    Hyper.share("OneCycle", "pctStart", pctStart);
    Hyper.share("OneCycle", "baseMomentum", baseMomentum);
    Hyper.share("OneCycle", "maxMomentum", maxMomentum);
    if (!(divFactor > 0 && finalDivFactor > 0)) {
      throw new JacquardException("OneCycle: divFactor is " + divFactor + " and finalDivFactor "
          + finalDivFactor + ", expected numbers above 0.");
    }
  }

  /** A cycle with PyTorch's defaults, whose highest rate is each group's own. */
  public static OneCycle of(long total) {
    return new OneCycle(total, Double.NaN, 0.3, false, true, 0.85, 0.95, 25, 1e4, false);
  }

  public OneCycle withMaxLr(double maxLr) {
    return new OneCycle(total, maxLr, pctStart, linear, cycleMomentum, baseMomentum, maxMomentum, divFactor,
        finalDivFactor, threePhases);
  }

  public OneCycle withPctStart(double pctStart) {
    return new OneCycle(total, maxLr, pctStart, linear, cycleMomentum, baseMomentum, maxMomentum, divFactor,
        finalDivFactor, threePhases);
  }

  public OneCycle withLinear() {
    return new OneCycle(total, maxLr, pctStart, true, cycleMomentum, baseMomentum, maxMomentum, divFactor,
        finalDivFactor, threePhases);
  }

  /** Leaves the momentum alone. */
  public OneCycle withoutMomentum() {
    return new OneCycle(total, maxLr, pctStart, linear, false, baseMomentum, maxMomentum, divFactor,
        finalDivFactor, threePhases);
  }

  public OneCycle withMomentum(double base, double max) {
    return new OneCycle(total, maxLr, pctStart, linear, true, base, max, divFactor, finalDivFactor,
        threePhases);
  }

  public OneCycle withDivFactors(double divFactor, double finalDivFactor) {
    return new OneCycle(total, maxLr, pctStart, linear, cycleMomentum, baseMomentum, maxMomentum, divFactor,
        finalDivFactor, threePhases);
  }

  public OneCycle withThreePhases() {
    return new OneCycle(total, maxLr, pctStart, linear, cycleMomentum, baseMomentum, maxMomentum, divFactor,
        finalDivFactor, true);
  }

  @Override
  public double lr(long t, double initial) {
    double max = Double.isNaN(maxLr) ? initial : maxLr;
    double begin = max / divFactor;
    double end = begin / finalDivFactor;
    return threePhases ? at(t, begin, max, begin, end) : at(t, begin, max, end);
  }

  @Override
  public double momentum(long t, double initial) {
    if (!cycleMomentum || initial == 0) return initial;
    return threePhases
        ? at(t, maxMomentum, baseMomentum, maxMomentum, maxMomentum)
        : at(t, maxMomentum, baseMomentum, maxMomentum);
  }

  /** A value that goes from corner to corner. */
  private double at(long t, double... corners) {
    double now = Math.min(t, total - 1);
    double from = 0;
    int last = corners.length - 2;
    for (int phase = 0;; phase++) {
      // The first two phases are equally long, and the second begins a step late: PyTorch's count.
      double to = phase == last ? total - 1 : (phase + 1) * (pctStart * total - 1);
      if (now <= to || phase == last) {
        double share = to == from ? 1 : (now - from) / (to - from);
        return between(corners[phase], corners[phase + 1], share);
      }
      from = to;
    }
  }

  private double between(double from, double to, double share) {
    return linear ? from + (to - from) * share : to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
