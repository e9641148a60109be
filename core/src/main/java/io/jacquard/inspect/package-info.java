/** Looking at a computation while it goes on: two backends side by side, and where the time of a step goes. */
@NullMarked
package io.jacquard.inspect;

import org.jspecify.annotations.NullMarked;
