import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Copies jars without compressing what is in them: packed together, by xz, they are then two thirds as large. */
void main(String[] args) throws IOException {
  var to = Path.of(args[1]);
  Files.createDirectories(to);
  try (var jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
    for (var jar : jars) store(jar, to.resolve(jar.getFileName()));
  }
}

void store(Path from, Path to) throws IOException {
  try (var in = new ZipFile(from.toFile()); var out = new ZipOutputStream(Files.newOutputStream(to))) {
    for (var entry : in.stream().toList()) {
      var bytes = in.getInputStream(entry).readAllBytes();
      var sum = new CRC32();
      sum.update(bytes);
      var stored = new ZipEntry(entry.getName());
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(bytes.length);
      stored.setCrc(sum.getValue());
      stored.setTime(entry.getTime());
      out.putNextEntry(stored);
      out.write(bytes);
      out.closeEntry();
    }
  }
}
