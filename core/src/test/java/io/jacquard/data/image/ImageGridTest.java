package io.jacquard.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {
  @TempDir
  private Path folder;

  @Test
  void picturesLieRowByRow() {
    OnReference.run(() -> {
      var file = folder.resolve("grid.png");
      // Three pictures of 2x2: black, half and beyond white, two in a row.
      ImageGrid.write(file, Tensor.of(0f, 0.5f, 2f).reshape(3, 1, 1, 1).expand(3, 1, 2, 2), 2);
      var grid = ImageFile.read(file, true);
      assertEquals(5, grid.width());
      assertEquals(5, grid.height());
      assertEquals(0, grid.at(0, 1, 1));
      assertEquals(0, grid.at(0, 0, 2), "the line between");
      assertEquals(128 / 255f, grid.at(0, 1, 3), 1e-6);
      assertEquals(1, grid.at(0, 3, 0));
      assertEquals(0, grid.at(0, 4, 4), "no fourth picture");
    });
  }

  @Test
  void coloursStay() {
    OnReference.run(() -> {
      var file = folder.resolve("colour.png");
      ImageGrid.write(file, Tensor.of(1f, 0f, 0.2f).reshape(1, 3, 1, 1), 1);
      var grid = ImageFile.read(file, false);
      assertEquals(1, grid.at(0, 0, 0));
      assertEquals(0, grid.at(1, 0, 0));
      assertEquals(51 / 255f, grid.at(2, 0, 0), 1e-6);
    });
  }

  @Test
  void otherShapesAreRefused() {
    OnReference.run(() -> {
      var message = assertThrows(JacquardException.class,
          () -> ImageGrid.write(folder.resolve("x.png"), Tensor.zeros(2, 2, 4, 4), 1)).getMessage();
      assertTrue(message.contains("[2, 2, 4, 4]"), message);
    });
  }
}
