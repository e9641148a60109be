package io.jacquard.train;

import io.jacquard.optim.Schedule;

/**
 * Sets the learning rate before each epoch; the same as {@link Fit#schedulePerEpoch}.
 *
 * <pre>{@code
 * var fit = Fit.epochs(30).callbacks(new LearningRateScheduler(Schedule.step(10)));
 * }</pre>
 *
 * @param schedule in epochs, from 0
 */
public record LearningRateScheduler(Schedule schedule) implements Callback {}
