/**
 * The {@code jacquard} program: its commands and their options.
 *
 * <ul>
 *   <li>{@code Main} reads the line; a class ending in {@code Command} is a command, one ending in {@code Options} is a group of its
 *       options.
 *   <li>A training: a {@code Task} ({@code MnistTask}, {@code TextTask}, {@code CsvTask}, {@code ImageTask}, ...) brings data and model,
 *       {@code Training} runs it, {@code RunFolder}, {@code Keep} and {@code Resumption} keep it.
 *   <li>On the terminal: {@code Output}, {@code ProgressLine}, {@code Sparkline}, {@code Format}; as files: {@code Charts}, {@code Page},
 *       {@code Report}, {@code Json}.
 *   <li>Trained models, whatever they were trained for: {@code KnownModel}, {@code PictureModel}, {@code TextModel}, {@code CsvModel}.
 *   <li>Many trainings: {@code Sweep} and what begins so. A running one, in the browser: {@code WatchServer}, {@code WatchedRun}.
 *   <li>{@code bench} has a package of its own.
 * </ul>
 */
@NullMarked
package io.jacquard.cli;

import org.jspecify.annotations.NullMarked;
