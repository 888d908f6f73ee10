using Microsoft.ML.Data;

namespace SparseRefine.Samples.Tests;

/// <summary>A folder of the names that the pages' commands and programs use, with cut-outs of the shipped photos in it.</summary>
internal static class PageFolder
{
    /// <summary>Makes the folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="crops">Cut-outs of the shipped photos.</param>
    public static void Prepare(string folder, Crops crops)
    {
        foreach ((string from, string to) in ((string, string)[])
        [
            ("photos/06_h.png", "train/images/a.png"), ("labels/06_h.png", "train/labels/a.png"),
            ("photos/07_dr.png", "train/images/b.png"), ("labels/07_dr.png", "train/labels/b.png"),
            ("photos/07_dr.png", "valid/images/b.png"), ("labels/07_dr.png", "valid/labels/b.png"),
            ("photos/08_g.png", "test/images/c.png"), ("labels/08_g.png", "test/labels/c.png"),
            ("photos/06_h.png", "photos/a.png"), ("photos/07_dr.jpg", "photos/sub/b.jpg"), ("photos/08_g.png", "inbox/c.png"),
        ])
        {
            Copy(crops.PathOf(from.Split('/')), to);
        }

        Copy(Repository.PathOf("samples", "classes.csv"), "classes.csv");
        Copy(Repository.PathOf("samples", "models", "fundus-low.onnx"), "model.onnx");
        Copy(Repository.PathOf("samples", "models", "fundus.sparserefine"), "my.sparserefine");
        Copy(Repository.PathOf("samples", "models", "fundus.sparserefine"), "samples/models/fundus.sparserefine");
        Copy(crops.Photo, "samples/photos/a.png");
        Copy(crops.PathOf("photos", "07_dr.jpg"), "photo.jpg");

        void Copy(string from, string to)
        {
            string target = Path.Combine(folder, to);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!File.Exists(from))
            {
                // The patterns of the pages name JPEGs, too; the cut-outs are PNGs.
                using MLImage image = MLImage.CreateFromFile(Path.ChangeExtension(from, ".png"));
                image.Save(target);
                return;
            }

            File.Copy(from, target);
        }
    }
}
