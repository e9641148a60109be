package io.jacquard.train;

import io.jacquard.optim.ReduceOnPlateau;

/**
 * Lowers the learning rate when a value has stopped to improve; the same as {@link Fit#reduceOnPlateau}.
 *
 * <pre>{@code
 * var fit = Fit.epochs(30).validationSplit(0.1)
 *     .callbacks(new ReduceLROnPlateau(ReduceOnPlateau.min().patience(3), "val_loss"));
 * }</pre>
 *
 * @param plateau when and by how much; of one training
 * @param monitor the value of the epochs that it looks at
 */
public record ReduceLROnPlateau(ReduceOnPlateau plateau, String monitor) implements Callback {}
