namespace SparseRefine.Notebooks.Tests;

/// <summary>What a notebook's kernel offers to cells beside their own declarations.</summary>
public sealed class NotebookGlobals
{
    internal List<object> Outputs { get; set; } = [];

    /// <summary>Shows a value before the cell's end; the name is the kernel's.</summary>
#pragma warning disable IDE1006
    public void display(object value) => Outputs.Add(value);
#pragma warning restore IDE1006
}
