package io.jacquard.train;

import java.util.function.Consumer;

/**
 * Ends a training whose loss has become NaN or infinite, with the weights before that step and the history so far. Without
 * it such a loss is an exception.
 *
 * <pre>{@code
 * var history = trainer.fit(data, Fit.epochs(30).callbacks(new TerminateOnNaN(IO::println)));
 * }</pre>
 *
 * @param told is told in which layer it arose
 */
public record TerminateOnNaN(Consumer<String> told) implements Callback {}
