package io.jacquard.opencl;

import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tuning;
import java.util.List;

/** Work for which {@link Tuner} looks for the fastest tile. */
sealed interface TuningProblem permits ProductProblem, ConvolutionProblem {
  /** What the tile is kept for. */
  ProductSize size();

  /** Multiplications and additions of what is timed. */
  double operations();

  /** The tile without a search. */
  MatmulTile usual(Tuning tuning);

  /** What is timed. */
  Trial timed(Workbench bench);

  /** What must be computed rightly beforehand. */
  List<Trial> checks(Workbench bench);
}
