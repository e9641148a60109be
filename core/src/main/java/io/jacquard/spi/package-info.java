/** What a backend must do, and the memory, devices and recordings that all backends share. */
@NullMarked
package io.jacquard.spi;

import org.jspecify.annotations.NullMarked;
