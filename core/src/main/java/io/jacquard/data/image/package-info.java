/** Pictures: folders of them, and changes to them before they are trained on. */
@NullMarked
package io.jacquard.data.image;

import org.jspecify.annotations.NullMarked;
