package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import org.junit.jupiter.api.Test;

/** In which form a backend is opened, and what it says of it. */
class PlainFormTest {
  static final PlainForm PLAIN = new PlainForm("this is a test", "take the other form");

  @Test
  void vectorsAreTakenWhereTheyAreThereAndWanted() {
    assertInstanceOf(VectorForm.class, Form.choose(true, "true"));
    assertEquals(new PlainForm("-Djacquard.vector=false was given", "leave that option out"),
        Form.choose(true, "false"));
    for (var wanted : new String[]{"true", "false"}) {
      assertEquals(new PlainForm("the Java module jdk.incubator.vector is not loaded",
          "start Java with --add-modules jdk.incubator.vector"), Form.choose(false, wanted));
    }
  }

  @Test
  void theOptionIsReadStrictly() {
    var error = assertThrows(JacquardException.class, () -> Form.choose(true, "no"));
    assertEquals("-Djacquard.vector is 'no', expected true or false.", error.getMessage());
  }

  @Test
  void theDeviceSaysThatItHasNoVectors() {
    var info = CpuProvider.info(PLAIN, 2);
    assertTrue(info.description().endsWith(" cores, without SIMD: this is a test"), info.description());
    assertEquals("to use SIMD, take the other form", info.details());
    assertEquals("", CpuProvider.info(2).details());
  }
}
