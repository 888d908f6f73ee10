using SparseRefine.Onnx;

namespace SparseRefine.Cli.Options;

/// <summary>The model whose answer is the target.</summary>
/// <param name="Path">The ONNX file.</param>
/// <param name="Model">How it sees photos.</param>
/// <param name="IsDense">Whether it is the dense model itself, at another size.</param>
internal sealed record TeacherModel(string Path, DenseModelOptions Model, bool IsDense)
{
    private string Size => Model.Scale is double scale ? FormattableString.Invariant($"scale {scale}") : $"{Model.Height}x{Model.Width}";

    /// <summary>Opens the teacher of a model that is open.</summary>
    /// <param name="dense">The model that it teaches; the teacher may share its session.</param>
    /// <returns>A model that the caller disposes, before the other.</returns>
    /// <exception cref="InvalidInputException">A file that is no model, or as <see cref="Check"/>.</exception>
    public DenseModel Open(DenseModel dense)
    {
        if (IsDense)
        {
            Check(dense, dense);
            return Model.Scale is double scale ? dense.AtScale(scale, Model.SparesMemory) : dense.AtSize(Model.Height!.Value, Model.Width!.Value, Model.SparesMemory);
        }

        DenseModel teacher = new(Path, Model);
        try
        {
            Check(teacher, dense);
            return teacher;
        }
        catch
        {
            teacher.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a teacher that cannot be one.</summary>
    /// <param name="teacher">The teacher, opened.</param>
    /// <param name="dense">The model that it teaches.</param>
    /// <exception cref="InvalidInputException">One size only where the dense model is to see another one, the dense model as it is, or other classes.</exception>
    public void Check(DenseModel teacher, DenseModel dense)
    {
        if (IsDense && !dense.TakesAnySize)
        {
            (int height, int width) = dense.InputSize(1, 1);
            throw new InvalidInputException("--teacher full", "a dense model that takes any size, or a teacher's file instead", $"{Path}, which takes {height}x{width} only");
        }

        if (IsDense && (Model.Scale, Model.Height, Model.Width) == (dense.Options.Scale, dense.Options.Height, dense.Options.Width))
        {
            throw new InvalidInputException("--teacher full", "a teacher of another size than the dense model's own (--scale, --size, --teacher-size)", $"{Size} for both, so that nothing is to be learned");
        }

        if (teacher.Classes is int theirs && dense.Classes is int ours && theirs != ours)
        {
            throw new InvalidInputException(Path, $"a teacher of {ours} classes as {dense.Name} has", $"{theirs}");
        }
    }

    /// <summary>What it is, in words.</summary>
    public override string ToString() => $"{(IsDense ? "the dense model" : Path)} at {Size}";
}
