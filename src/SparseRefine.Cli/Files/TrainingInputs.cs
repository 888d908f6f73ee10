using SparseRefine.Training;

namespace SparseRefine.Cli.Files;

/// <summary>What a training reads, and where it keeps its state.</summary>
internal sealed class TrainingInputs
{
    /// <summary>The photos.</summary>
    public required LabelledFolders Photos { get; init; }

    /// <summary>The classes file.</summary>
    public required string ClassesPath { get; init; }

    /// <summary>Folder of the checkpoint; null keeps none.</summary>
    public string? Workspace { get; init; }

    /// <summary>Reads the classes and checks what can be checked without the photos.</summary>
    /// <param name="training">How to train.</param>
    /// <returns>The classes.</returns>
    /// <exception cref="InvalidInputException">A bad classes file or folder, or class weights of another number.</exception>
    public ClassList ReadClasses(TrainerOptions training)
    {
        if (Workspace is not null)
        {
            OutputFile.CheckFolder(Workspace, "--workspace");
        }

        ClassList classes = ClassList.Load(ClassesPath);
        return training.ClassWeights is not { } weights || weights.Count == classes.Count
            ? classes
            : throw new InvalidInputException(
                "--class-weights", $"{classes.Count} values, one a class of {ClassesPath}", $"{weights.Count}");
    }
}
