namespace Stateless.Graph;

public enum MermaidGraphDirection
{
    LeftToRight,
    RightToLeft,
    TopToBottom,
    BottomToTop,
}
