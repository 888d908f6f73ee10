namespace SparseRefine.Training;

/// <summary>Which network looks again at the selected pixels, and how its answer is merged.</summary>
public enum RefinerMethod
{
    /// <summary>A sparse U-Net that answers by itself and a gate that merges (Liu et al., arXiv 2407.19014).</summary>
    SparseRefine,

    /// <summary>A fine column that corrects the coarse scores, with cross-column connections (Wu et al., arXiv 1712.00213).</summary>
    TwoColumn,
}
