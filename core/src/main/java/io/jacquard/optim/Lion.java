package io.jacquard.optim;

import io.jacquard.expr.Scalar;
import java.util.List;

/**
 * Lion (Chen et al.: Symbolic Discovery of Optimization Algorithms, NeurIPS 2023, algorithm 2): steps of one size, in the
 * direction of a sign. Defaults are the authors': betas 0.9 and 0.99, no weight decay; they advise a learning rate 3 to 10
 * times below that of {@link AdamW}, and a decay larger by as much.
 *
 * <pre>{@code
 * var optimizer = Lion.of(1e-4).withWeightDecay(0.1).over(model);
 * }</pre>
 *
 * @param weightDecay each step subtracts {@code lr * weightDecay} times the parameter
 */
public record Lion(double lr, double beta1, double beta2, double weightDecay) implements Rule {
  public Lion {
    Hyper.atLeastZero("Lion", "lr", lr);
    Hyper.atLeastZero("Lion", "weightDecay", weightDecay);
    Hyper.betas("Lion", beta1, beta2);
  }

  public static Lion of(double lr) {
    return new Lion(lr, 0.9, 0.99, 0);
  }

  public Lion withBetas(double beta1, double beta2) {
    return new Lion(lr, beta1, beta2, weightDecay);
  }

  public Lion withWeightDecay(double weightDecay) {
    return new Lion(lr, beta1, beta2, weightDecay);
  }

  @Override
  public double momentum() {
    return beta1;
  }

  @Override
  public List<String> states() {
    return List.of("exp_avg");
  }

  @Override
  public Scalar[] update(Update u) {
    var g = u.gradient();
    var m = u.states()[0];
    var direction = m.mul(u.momentum()).add(g.mul(u.momentum().rsub(1))).sign();
    if (weightDecay != 0) direction = direction.add(u.parameter().mul(weightDecay));
    var next = m.mul(beta2).add(g.mul(1 - beta2));
    return new Scalar[]{u.parameter().sub(u.lr().mul(direction)), next};
  }
}
