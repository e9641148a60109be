package io.jacquard.train;

/**
 * What {@link Trainer#evaluate} found.
 *
 * @param loss the mean over samples
 * @param metric the mean of the trainer's metric over samples; NaN if it has none
 * @param samples how many were evaluated
 */
public record Evaluation(double loss, double metric, long samples) {}
