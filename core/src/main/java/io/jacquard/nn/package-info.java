/**
 * Modules, their parameters, and losses, under PyTorch's names. Knows nothing of devices, optimizers or files.
 *
 * <p>Start at {@link io.jacquard.nn.Module} and {@link io.jacquard.nn.Sequential}. Most other classes are one layer each:
 * {@link io.jacquard.nn.Linear}; convolutions ({@link io.jacquard.nn.Conv2d}); pooling, padding, dropout by the number of
 * dimensions; norms ({@link io.jacquard.nn.BatchNorm2d}, {@link io.jacquard.nn.LayerNorm}); recurrent layers
 * ({@link io.jacquard.nn.LSTM}); attention ({@link io.jacquard.nn.MultiheadAttention},
 * {@link io.jacquard.nn.TransformerEncoder}); activations. {@link io.jacquard.nn.Loss} makes losses,
 * {@link io.jacquard.nn.Init} initial values, {@link io.jacquard.nn.ModelSummary} tables.
 */
@NullMarked
package io.jacquard.nn;

import org.jspecify.annotations.NullMarked;
