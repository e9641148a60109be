/** Looking inside of a trained network: what an answer rests on, what layers see and weigh. */
@NullMarked
package io.jacquard.explain;

import org.jspecify.annotations.NullMarked;
