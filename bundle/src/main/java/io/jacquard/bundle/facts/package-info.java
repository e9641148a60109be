/** What a device is and what it costs to call it: found by a process of its own, fact by fact. */
@NullMarked
package io.jacquard.bundle.facts;

import org.jspecify.annotations.NullMarked;
