/** The language of scalars in which everything elementwise is written, and the programs that backends run. */
@NullMarked
package io.jacquard.expr;

import org.jspecify.annotations.NullMarked;
