package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.io.ModelFile;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceLost;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Epoch;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jocl.CL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device that stops working ends the run with a message, and with what was saved before. */
class LostDeviceTest {
  @TempDir
  private Path folder;

  private static Device device(Cl cl) {
    var device = TestDevice.first();
    return new Device(new OpenClBackend(device, 0, ClTuning.of(device), cl, null));
  }

  @ParameterizedTest
  @CsvSource({"LAUNCH, -5, CL_OUT_OF_RESOURCES, Kernel map of",
      "LAUNCH, -36, CL_INVALID_COMMAND_QUEUE, Kernel map of",
      "READ, -2, CL_DEVICE_NOT_AVAILABLE, A download", "WRITE, -36, CL_INVALID_COMMAND_QUEUE, An upload",
      "FINISH, -5, CL_OUT_OF_RESOURCES, Waiting for the queue",
      "ARGUMENT, -5, CL_OUT_OF_RESOURCES, Argument 0"})
  void everyCallSaysWhatHappened(FailingCl.Call call, int code, String name, String doing) {
    TestDevice.first();
    var cl = new FailingCl(call, code);
    var device = device(cl);
    try (var _ = device.backend()) {
      Device.with(device, () -> {
        try (var _ = Scope.open()) {
          var x = Tensor.of(new float[]{1, 2, 3});
          cl.failAfter(0);
          var error = assertThrows(DeviceLost.class, () -> {
            Tensor.of(new float[]{4, 5, 6}).mul(x).toFloats();
            device.backend().synchronize();
          });
          for (var part : new String[]{"opencl", name, doing, "Files that were saved before are whole"})
            assertTrue(error.getMessage().contains(part), part + " in " + error.getMessage());
          assertTrue(error.getMessage().length() < 500);
          if (code != CL.CL_OUT_OF_RESOURCES)
            assertThrows(DeviceLost.class, x::toFloats, "what it holds cannot be read any more");
        }
      });
    }
  }

  @Test
  void theLastModelSurvives() {
    TestDevice.first();
    var path = folder.resolve("model.safetensors");
    var after = new float[1][];
    var cl = new FailingCl(FailingCl.Call.LAUNCH, CL.CL_INVALID_COMMAND_QUEUE);
    var device = device(cl);
    try (var _ = device.backend()) {
      Device.with(device, () -> Generator.with(new Generator(1), () -> {
        var model = model();
        var data = new TensorDataset(Tensor.of(Generator.current().normal(64 * 5), Shape.of(64, 5)),
            Tensor.of(Generator.current().normal(64 * 2), Shape.of(64, 2)));
        var listener = new TrainingListener() {
          @Override
          public void epochDone(Epoch epoch) {
            ModelFile.save(model, path, Map.of());
            after[0] = weights(model);
            if (epoch.number() == 2) cl.failAfter(10); // in the midst of a step of the third
          }
        };
        var error = assertThrows(DeviceLost.class, () -> Trainer.of(model).loss(Loss.mse()).fit(data,
            Fit.epochs(5).batchSize(8).listener(listener)));
        assertTrue(error.getMessage().contains("CL_INVALID_COMMAND_QUEUE"), error.getMessage());
        assertThrows(DeviceLost.class, () -> ModelFile.save(model, path, Map.of()));
      }));
    }
    assertTrue(Files.isRegularFile(path));
    var cpu = Backends.discover().open("cpu");
    try (var _ = cpu.backend()) {
      Device.with(cpu, () -> {
        var model = model();
        ModelFile.load(model, path);
        assertArrayEquals(after[0], weights(model));
      });
    }
  }

  private static Module model() {
    return Sequential.of(new Linear(5, 7), new ReLU(), new Linear(7, 2));
  }

  private static float[] weights(Module model) {
    try (var _ = Scope.open()) {
      return model.parameters().getFirst().value().toFloats();
    }
  }
}
