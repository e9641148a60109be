/** Files: safe formats in and out, written whole or not at all. A file is never a program. */
@NullMarked
package io.jacquard.io;

import org.jspecify.annotations.NullMarked;
