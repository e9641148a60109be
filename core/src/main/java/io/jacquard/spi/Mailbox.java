package io.jacquard.spi;

import java.lang.foreign.MemorySegment;

/**
 * What a device tells the host without being waited for: bytes are copied behind the work that was given before, and read
 * when they have arrived, while later work goes on. There are two letters, each with memory of its own on the host. See
 * {@link Backend#mailbox}.
 *
 * <pre>{@code
 * void report(Mailbox mailbox, Buffer losses) {
 *   mailbox.send(0, losses, losses.bytes());
 *   // ... more steps are given to the device ...
 *   MemorySegment arrived = mailbox.await(0);
 * }
 * }</pre>
 */
public interface Mailbox extends AutoCloseable {
  /** The number of letters. */
  int LETTERS = 2;

  /**
   * An int64 scalar on the device that is not 0 from the moment on at which a call has found numbers that it refuses, such
   * as an index outside of a table. So a step can leave the weights alone before the host knows.
   */
  View refusal();

  /** Begins to copy the first bytes of a buffer, as they are when all work given before is done. */
  void send(int letter, Buffer from, long bytes);

  /**
   * The bytes of a letter that was sent, valid until it is sent again; waits for it, not for later work.
   *
   * @throws io.jacquard.JacquardException what a call before the sending has refused
   */
  MemorySegment await(int letter);

  /** Gives its memory back. What is under way is waited for, and forgotten. */
  @Override
  void close();
}
