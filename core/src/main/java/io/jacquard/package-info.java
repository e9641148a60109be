/**
 * The words that everything speaks: {@link io.jacquard.DType}, {@link io.jacquard.Shape}, {@link
 * io.jacquard.JacquardException}.
 */
@NullMarked
package io.jacquard;

import org.jspecify.annotations.NullMarked;
