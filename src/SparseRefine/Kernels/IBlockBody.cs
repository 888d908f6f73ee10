namespace SparseRefine.Kernels;

/// <summary>The body of a <see cref="Workers"/> loop as an object that is kept and used again, so that a loop allocates nothing.</summary>
internal interface IBlockBody
{
    /// <summary>Does the items of one block; called by several threads at once, for each block once.</summary>
    /// <param name="block">Number of the block, from 0.</param>
    /// <param name="start">First item.</param>
    /// <param name="end">Item after the last.</param>
    void Run(int block, int start, int end);
}
