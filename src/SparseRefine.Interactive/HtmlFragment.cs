namespace SparseRefine.Interactive;

/// <summary>A piece of HTML that stands for itself: styles and images are inside, nothing is loaded from elsewhere.</summary>
/// <param name="Text">The HTML.</param>
public sealed record HtmlFragment(string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
