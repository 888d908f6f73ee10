using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Tests.Persistence;

public class NameFormTests
{
    [Theory]
    [InlineData("caf\u00e9.png", "cafe\u0301.png")]
    [InlineData("Vi\u1ec7t/b\u1ea5t", "Vie\u0323\u0302t/ba\u0302\u0301t")]
    [InlineData("\u0439\u0451", "\u0438\u0306\u0435\u0308")]
    [InlineData("\u1f04\u03cc", "\u03b1\u0313\u0301\u03bf\u0301")]
    [InlineData("\u304c\u30d1", "\u304b\u3099\u30cf\u309a")]
    [InlineData("\uac00\uac01\ud55c1", "\u1100\u1161\u1100\u1161\u11a8\u1112\u1161\u11ab1")]
    public void ComposedDecomposed_EachForm_BecomesTheOther(string composed, string decomposed)
    {
        Assert.Equal(composed, NameForm.Composed(decomposed));
        Assert.Equal(composed, NameForm.Composed(composed));
        Assert.Equal(decomposed, NameForm.Decomposed(composed));
        Assert.Equal(decomposed, NameForm.Decomposed(decomposed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.png")]
    [InlineData("\u0301")]
    [InlineData("\u6f22\ud83d\ude00\ufffd")]
    public void ComposedDecomposed_NothingToChange_IsTheSame(string name)
    {
        Assert.Equal(name, NameForm.Composed(name));
        Assert.Equal(name, NameForm.Decomposed(name));
    }
}
