package io.jacquard.cuda;

/**
 * A link of the chain from Java to a GPU.
 *
 * @param name what it is: {@code driver}, {@code NVRTC}
 * @param found whether it is there
 * @param detail if it is, which one, with its version or file; if not, what is wrong
 * @param cure what a user can do where it is not there; empty where it is
 */
record Link(String name, boolean found, String detail, String cure) {
  static Link found(String name, String detail) {
    return new Link(name, true, detail, "");
  }

  static Link missing(String name, String detail, String cure) {
    return new Link(name, false, detail, cure);
  }

  @Override
  public String toString() {
    return name + " " + detail;
  }
}
