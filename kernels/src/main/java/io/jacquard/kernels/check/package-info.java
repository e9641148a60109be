/** Whether a device computes what it should, with the kernels that its driver or compiler made. */
@NullMarked
package io.jacquard.kernels.check;

import org.jspecify.annotations.NullMarked;
