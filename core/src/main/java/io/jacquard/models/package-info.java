/** Ready-made networks, by name. */
@NullMarked
package io.jacquard.models;

import org.jspecify.annotations.NullMarked;
