/** The {@code jacquard} program: its commands and their options. */
@NullMarked
package io.jacquard.cli;

import org.jspecify.annotations.NullMarked;
