/**
 * Jacquard beside other engines: {@code jacquard bench peers}. Each contestant is a process of its own, with its own
 * environment; one at a time computes, in turns, so that what disturbs the machine for a while falls on all of them.
 */
package io.jacquard.peers;
