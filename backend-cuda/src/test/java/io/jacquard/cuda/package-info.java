@NullMarked
package io.jacquard.cuda;

import org.jspecify.annotations.NullMarked;
