/** The backend that runs on the cores of the host, with the Vector API. */
@NullMarked
package io.jacquard.cpu;

import org.jspecify.annotations.NullMarked;
