/** What runs on a machine that has a device and nothing else: checks of it, and measurements beside PyTorch. */
@NullMarked
package io.jacquard.bundle;

import org.jspecify.annotations.NullMarked;
