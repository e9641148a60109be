package io.jacquard.train;

import java.util.SequencedMap;

/**
 * What an epoch brought.
 *
 * @param number from 1
 * @param values by name, in the order of display: {@code accuracy}, {@code loss}, {@code val_accuracy}, {@code val_loss};
 *        means over samples
 * @param seconds the time of its training steps
 * @param samplesPerSecond training samples by that time
 * @param complete whether it was not stopped early
 */
public record Epoch(int number, SequencedMap<String, Double> values, double seconds, double samplesPerSecond,
    boolean complete) {
}
