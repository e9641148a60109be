/** Update rules, and the optimizers that apply them to parameters. */
@NullMarked
package io.jacquard.optim;

import org.jspecify.annotations.NullMarked;
