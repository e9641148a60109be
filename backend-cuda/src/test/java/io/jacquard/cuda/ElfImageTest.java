package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.cuda.JcudaNatives.Part;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** JCuda's libraries as they are, and as they are led to CUDA 13. */
class ElfImageTest {
  private static byte[] original(Part part) throws IOException {
    return JcudaNatives.retargeted(part, 12);
  }

  @Test
  void hashIsThatOfTheStandard() {
    assertEquals(0x0d696910, ElfImage.hash("GLIBC_2.0"));
    assertEquals(0x09691a75, ElfImage.hash("GLIBC_2.2.5"));
    assertEquals(0, ElfImage.hash(""));
  }

  @Test
  void theDriversPartNeedsNothingOfAToolkit() throws IOException {
    var image = new ElfImage(original(Part.DRIVER));
    assertTrue(image.needed().contains("libcuda.so.1"), image.needed().toString());
    assertArrayEquals(original(Part.DRIVER), JcudaNatives.retargeted(Part.DRIVER, 13));
  }

  @Test
  void othersAreLedToCuda13() throws IOException {
    for (var part : new Part[]{Part.COMPILER, Part.MATRICES}) {
      var stem = part == Part.COMPILER ? "libnvrtc.so." : "libcublas.so.";
      var before = new ElfImage(original(part));
      assertTrue(before.needed().contains(stem + "12"), before.needed().toString());
      var bytes = JcudaNatives.retargeted(part, 13);
      var after = new ElfImage(bytes);
      assertTrue(after.needed().contains(stem + "13"), after.needed().toString());
      assertFalse(after.needed().contains(stem + "12"), after.needed().toString());
      assertEquals(before.needed().size(), after.needed().size());
      assertTrue(
          after.neededVersions().contains(stem + "13 " + Integer.toHexString(ElfImage.hash(stem + "13"))),
          after.neededVersions().toString());
      assertEquals(java.util.List.of("$ORIGIN"), after.runPaths());
      var untouched = original(part);
      int changed = 0;
      for (int i = 0; i < bytes.length; i++) changed += bytes[i] == untouched[i] ? 0 : 1;
      assertTrue(changed > 0 && changed <= 8, changed + " bytes differ");
    }
  }

  @Test
  void refusesWhatItCannotDo() throws IOException {
    var bytes = original(Part.COMPILER);
    var image = new ElfImage(bytes.clone());
    assertFalse(image.rename("libother.so.1", "libother.so.2"));
    assertThrows(IllegalArgumentException.class, () -> image.rename("libnvrtc.so.12", "libnvrtc.so.131"));
    assertThrows(IllegalArgumentException.class,
        () -> image.setRunPath("/a/path/longer/than/the/one/before"));
    assertThrows(IllegalArgumentException.class, () -> new ElfImage("no library".repeat(10).getBytes()));
    assertThrows(IllegalArgumentException.class, () -> new ElfImage(Arrays.copyOf(bytes, 100)));
    assertThrows(IllegalArgumentException.class, () -> new ElfImage(new byte[0]));
  }
}
