/** The {@code jacquard} program: its commands and their options. */
package io.jacquard.cli;
